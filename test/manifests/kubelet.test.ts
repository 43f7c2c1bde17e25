import t from 'tap'
import { kubeletConfig, kubeletFlags } from '../../src/manifests/kubelet.ts'
import { controlPlaneWith } from '../fixtures/control-plane.ts'

const { nodeRegistration } = controlPlaneWith({ nodeRegistration: {
  name: 'node-1', taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }, { key: 'c', effect: 'NoExecute' }],
} })

t.test('only a worker registers with its taints', async t => {
  t.equal(kubeletFlags(nodeRegistration, 'node-1', 'control-plane'), 'KUBELET_KUBEADM_ARGS=""\n')
  t.equal(kubeletFlags(nodeRegistration, 'node-1', 'worker'), 'KUBELET_KUBEADM_ARGS="--register-with-taints=a=b:NoSchedule,c=:NoExecute"\n')
})

t.test('another name than the machine\'s is passed on, and the operator\'s arguments win', async t => {
  t.equal(kubeletFlags(nodeRegistration, 'vm', 'control-plane'), 'KUBELET_KUBEADM_ARGS="--hostname-override=node-1"\n')
  const kubeletExtraArgs = [{ name: 'hostname-override', value: 'mine' }, { name: 'node-labels', value: 'a="b"' }]
  t.equal(kubeletFlags({ ...nodeRegistration, kubeletExtraArgs }, 'vm', 'control-plane'),
    'KUBELET_KUBEADM_ARGS="--hostname-override=mine --node-labels=a=\\"b\\""\n')
})

t.test('the machine\'s own container runtime wins over the shared configuration', async t => {
  t.equal(kubeletConfig({ kind: 'KubeletConfiguration', containerRuntimeEndpoint: 'unix:///other.sock' }, { ...nodeRegistration, criSocket: 'unix:///own.sock' }),
    'containerRuntimeEndpoint: unix:///own.sock\nkind: KubeletConfiguration\n')
})
