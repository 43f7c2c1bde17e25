/** What a node has beyond Debian's packages and Kubernetes' programs: path → content and mode. */
export interface NodeFile {
  readonly path: string
  readonly content: string
  readonly mode: number
}

interface NodeSettings {
  /** The sandbox image by its full name; it has to be the one that kubeadm names. */
  readonly pause: string
  /** The host still has cgroup v1: systemd does not manage Pods' cgroups there. */
  readonly cgroupV1: boolean
}

export const entryPoint = '/usr/local/sbin/node-entry'

export function nodeFiles(settings: NodeSettings): readonly NodeFile[] {
  return [
    { path: entryPoint, content: entry, mode: 0o755 },
    { path: '/usr/lib/systemd/system/kubelet.service', content: kubeletUnit, mode: 0o644 },
    { path: '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf', content: kubeletDropIn, mode: 0o644 },
    { path: '/usr/lib/systemd/system/containerd.service', content: containerdUnit, mode: 0o644 },
    { path: '/etc/containerd/config.toml', content: containerdConfig(settings), mode: 0o644 },
    { path: '/etc/crictl.yaml', content: 'runtime-endpoint: unix:///run/containerd/containerd.sock\n', mode: 0o644 },
    { path: '/etc/systemd/journald.conf.d/node.conf', content: '[Journal]\nStorage=volatile\nRuntimeMaxUse=64M\n', mode: 0o644 },
  ]
}

/**
 * Without --privileged docker mounts /sys and the cgroups read-only, /dev has no kmsg, which the kubelet reads, and
 * mounts do not propagate to Pods. docker's own resolver (127.0.0.11) is replaced by the host's: Pods cannot reach it,
 * and CoreDNS would ask itself. Each node needs a machine-id of its own.
 */
const entry = `#!/bin/sh
set -eu
for mount in $(awk '$3 ~ /^cgroup2?$/ { print $2 }' /proc/mounts) /sys/fs/cgroup /sys; do
  mount -o remount,bind,rw "$mount"
done
mount --make-rshared /
[ -e /dev/kmsg ] || mknod /dev/kmsg c 1 11
tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
if [ -n "\${NAMESERVERS:-}" ]; then
  printf 'nameserver %s\\n' $NAMESERVERS >/etc/resolv.conf
fi
for setting in ip_forward; do
  echo 1 >/proc/sys/net/ipv4/$setting
done
for setting in /proc/sys/net/bridge/bridge-nf-call-iptables /proc/sys/net/bridge/bridge-nf-call-ip6tables; do
  [ ! -e "$setting" ] || echo 1 >"$setting"
done
unset NAMESERVERS
exec /sbin/init
`

const kubeletUnit = `[Unit]
Description=Kubernetes node agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target containerd.service

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
`

const kubeletDropIn = `[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`

const containerdUnit = `[Unit]
Description=containerd container runtime
After=network.target

[Service]
Type=notify
ExecStart=/usr/bin/containerd
Delegate=yes
KillMode=process
Restart=always
RestartSec=1
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity

[Install]
WantedBy=multi-user.target
`

/** A negative oom_score_adj needs CAP_SYS_RESOURCE, which the node containers do without. */
function containerdConfig({ pause, cgroupV1 }: NodeSettings): string {
  return [
    'version = 3',
    '[plugins."io.containerd.cri.v1.runtime"]',
    'restrict_oom_score_adj = true',
    '[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]',
    'runtime_type = "io.containerd.runc.v2"',
    '[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]',
    `SystemdCgroup = ${!cgroupV1}`,
    '[plugins."io.containerd.cri.v1.runtime".cni]',
    'bin_dirs = ["/opt/cni/bin"]',
    'conf_dir = "/etc/cni/net.d"',
    '[plugins."io.containerd.cri.v1.images".pinned_images]',
    `sandbox = "${pause}"`,
    '',
  ].join('\n')
}
