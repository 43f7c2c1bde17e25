import t from 'tap'
import { flatten } from '../../src/core/phase.ts'
import { upWorkflow } from '../../src/local-cluster/up.ts'

const options = { name: 'kube', numNodes: 2, kubernetesVersion: 'v1.36.3', kubeadm: '/build/kubeadm' }

t.test('workers join side by side, after the master\'s controllers work', async t => {
  const phases = flatten(upWorkflow(options))
  const paths = phases.map(({ path }) => path)
  t.same(paths.filter(path => path.startsWith('join')), ['join', 'join/kube-node-1', 'join/kube-node-2'])
  t.equal(phases.find(({ path }) => path === 'join/kube-node-2')?.phase.alongside, true)
  t.ok(paths.indexOf('controllers') > paths.indexOf('init') && paths.indexOf('controllers') < paths.indexOf('join'))
  t.ok(paths.indexOf('names') < paths.indexOf('image'), 'a cluster that is there is found before anything is made')
})

t.test('a master alone waits for nobody', async t => {
  const workflow = upWorkflow({ ...options, numNodes: 0 })
  t.same(workflow.find(phase => phase.name === 'join')?.phases, [])
  t.equal(workflow.find(phase => phase.name === 'join')?.when?.({} as never), false)
})
