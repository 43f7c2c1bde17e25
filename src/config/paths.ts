/** The places upstream uses; nothing else of the program spells them out. */
export const paths = {
  kubernetes: '/etc/kubernetes',
  manifests: '/etc/kubernetes/manifests',
  pki: '/etc/kubernetes/pki',
  adminConf: '/etc/kubernetes/admin.conf',
  superAdminConf: '/etc/kubernetes/super-admin.conf',
  kubeletConf: '/etc/kubernetes/kubelet.conf',
  bootstrapKubeletConf: '/etc/kubernetes/bootstrap-kubelet.conf',
  controllerManagerConf: '/etc/kubernetes/controller-manager.conf',
  schedulerConf: '/etc/kubernetes/scheduler.conf',
  temporary: '/etc/kubernetes/tmp',
  kubelet: '/var/lib/kubelet',
  kubeletConfig: '/var/lib/kubelet/config.yaml',
  kubeletInstanceConfig: '/var/lib/kubelet/instance-config.yaml',
  kubeletFlags: '/var/lib/kubelet/kubeadm-flags.env',
  kubeletClientCertificate: '/var/lib/kubelet/pki/kubelet-client-current.pem',
  /** Ours, until the next boot. */
  run: '/run/kubeadm',
  etcdData: '/var/lib/etcd',
} as const

/** One kubeadm at a time changes a machine. */
export const lockPath = '/run/kubeadm.lock'
