import semver from 'semver'
import type { Check } from './check.ts'

/** How many minor versions a kubelet may be older than its control plane (https://kubernetes.io/releases/version-skew-policy/). */
const kubeletSkew = 3

/**
 * `ours` is the Kubernetes version that this kubeadm is made for; `controlPlane` the version that is about to be
 * installed, unknown on a node that joins. Both with or without a leading `v`.
 */
export function kubeletVersion(ours: string, controlPlane?: string): Check {
  return {
    name: 'KubeletVersion',
    run: async facts => {
      const kubelet = await facts.kubeletVersion()
      const { major, minor } = new semver.SemVer(ours)
      const oldest = `${major}.${minor - kubeletSkew}.0`
      if (semver.lt(kubelet, oldest)) {
        return [{
          level: 'error',
          message: `The kubelet is v${kubelet.version}; this kubeadm needs v${oldest} or newer.`,
          fix: ['Update it: apt-get install -y kubelet (Debian, Ubuntu) or dnf install -y kubelet (Fedora, RHEL)'],
        }]
      }
      const wanted = semver.parse(controlPlane)
      if (wanted === null || kubelet.major < wanted.major || kubelet.major === wanted.major && kubelet.minor <= wanted.minor) return []
      return [{
        level: 'error',
        message: `The kubelet is v${kubelet.version}, newer than the control plane that is to be installed, v${wanted.version}.`,
        fix: [`Install that version of the control plane: --kubernetes-version=v${kubelet.version}`, `Or install the kubelet of ${wanted.major}.${wanted.minor}.`],
      }]
    },
  }
}

export const kubeletService: Check = {
  name: 'Service-kubelet',
  run: async ({ host }) => {
    const { exists, enabled } = await host.services.status('kubelet')
    if (!exists) {
      return [{
        level: 'warning',
        message: 'There is no systemd service kubelet.service, so nothing starts the kubelet.',
        fix: ['Install the kubelet package, which brings it, then: systemctl daemon-reload'],
      }]
    }
    return enabled ? [] : [{
      level: 'warning',
      message: 'The kubelet service is not enabled: after a reboot the node would stay away.',
      fix: ['systemctl enable kubelet.service'],
    }]
  },
}

/** A control plane of the next minor version may need what this kubeadm does not know yet. */
export function kubernetesVersion(ours: string, controlPlane: string): Check {
  return {
    name: 'KubernetesVersion',
    run: async () => {
      const { major, minor } = new semver.SemVer(ours)
      return semver.lt(controlPlane, `${major}.${minor + 1}.0-0`) ? [] : [{
        level: 'warning',
        message: `Kubernetes ${controlPlane} is newer than what this kubeadm is made for (${major}.${minor}).`,
        fix: [`Update kubeadm, or install a version it knows: --kubernetes-version=v${major}.${minor}.0`],
      }]
    },
  }
}
