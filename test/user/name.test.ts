import t from 'tap'
import { checkUserName } from '../../src/user/name.ts'

t.test('names of people', async t => {
  for (const name of ['bob', 'Bob', 'bob@example.com', 'oidc:bob', 'b', 'ci-bot+1', 'x'.repeat(64)]) t.doesNotThrow(() => checkUserName(name), name)
})

t.test('names that are refused', async t => {
  for (const [name, reason] of [
    ['', 'it is empty'],
    ['x'.repeat(65), 'it has 65 characters'],
    ['system:masters', 'belong to Kubernetes itself'],
    ['System:node:a', 'belong to Kubernetes itself'],
    ['kube-apiserver-kubelet-client', 'belongs to a component'],
    ['kubernetes-admin', 'belongs to a component'],
    ['front-proxy-client', 'belongs to a component'],
    ['bob smith', 'letters, digits and'],
    ['bob/..', 'letters, digits and'],
    ['.bob', 'letters, digits and'],
    ['bob\n', 'letters, digits and'],
    ['bøb', 'letters, digits and'],
  ] as const) {
    t.throws(() => checkUserName(name), { code: 'user-name-refused', message: reason }, name)
  }
})
