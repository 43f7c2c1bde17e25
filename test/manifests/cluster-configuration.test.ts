import t from 'tap'
import { clusterConfigurationDocument } from '../../src/manifests/cluster-configuration.ts'
import { controlPlane, controlPlaneWith } from '../fixtures/control-plane.ts'

t.test('empty fields are left out, empty parts and values are not', async t => {
  const apiServer = { ...controlPlane.cluster.apiServer, extraArgs: [{ name: 'runtime-config', value: '' }] }
  const { cluster } = controlPlaneWith({ cluster: { apiServer, featureGates: { PublicKeysECDSA: false }, dns: { disabled: true } } })
  t.match(clusterConfigurationDocument(cluster), {
    apiVersion: 'kubeadm.k8s.io/v1beta4', kind: 'ClusterConfiguration',
    apiServer: { extraArgs: [{ name: 'runtime-config', value: '' }] },
    featureGates: { PublicKeysECDSA: false },
    dns: { disabled: true },
    proxy: {}, scheduler: {}, controllerManager: {},
  })
  t.notHas(clusterConfigurationDocument(cluster), { controlPlaneEndpoint: String })
  t.strictSame(clusterConfigurationDocument(cluster)['networking'], { serviceSubnet: '10.96.0.0/12', dnsDomain: 'cluster.local' })
})
