import t from 'tap'
import { memoryHost } from '../../src/host/memory.ts'
import { clean, down } from '../../src/local-cluster/down.ts'

const version = { 'docker version --format {{.Server.Version}}': '20.10' }
const silent = () => {}

t.test('down removes nodes, network and kubeconfig, and can be run again', async t => {
  const host = memoryHost({
    files: { '/root/.kubeadm-local-cluster/admin.conf': 'secret' },
    commands: { ...version, docker: '', 'docker ps --all --filter label=kubeadm.local-cluster=kube --format {{.Names}}': 'kube-master' },
  })
  t.same(await down('kube', host, silent), { removed: ['kube-master', '/root/.kubeadm-local-cluster/admin.conf'] })
  t.notOk(host.ran.some(line => line.startsWith('docker rmi')), 'images stay')
  t.same(await down('kube', memoryHost({ commands: { ...version, docker: '' } }), silent), { removed: [] })
})

t.test('without docker there are no nodes to remove', async t => {
  t.same(await down('kube', memoryHost(), silent), { removed: [] })
})

t.test('clean also removes images, caches and every kubeconfig', async t => {
  const host = memoryHost({
    files: { '/root/.kubeadm-local-cluster/admin.conf': 'x', '/root/.kubeadm-local-cluster/admin-dev.conf': 'x', '/root/.cache/kubeadm/programs/folder/etcd': 'x' },
    commands: {
      ...version, docker: '',
      'docker images --filter label=kubeadm.local-cluster.image --format {{.Repository}}:{{.Tag}}': 'kubeadm-local-node:v1.36.3\nkubeadm-local-base:1',
    },
  })
  t.same(await clean(host, silent), { removed: ['kubeadm-local-node:v1.36.3', 'kubeadm-local-base:1', '/root/.kubeadm-local-cluster', '/root/.cache/kubeadm'] })
  t.same([...host.disk.keys()].filter(path => path.includes('kubeadm')), [])
  t.same(await clean(memoryHost({ commands: { ...version, docker: '' } }), silent), { removed: [] })
})
