import { Problem } from '../core/problem.ts'

/** X.520 allows a common name of 64 characters. */
const longest = 64

/** Names that the control plane's own certificates carry: whoever had one would be taken for a component. */
const components = /^(kubernetes-admin|kubernetes-super-admin|kube-apiserver.*|kube-etcd-healthcheck-client|front-proxy-client)$/

/** Problem `user-name-refused` unless the name can be a user's: it becomes the common name of a certificate and part of objects' names. */
export function checkUserName(name: string): void {
  const reason = name === '' ? 'it is empty'
    : name.length > longest ? `it has ${name.length} characters, ${longest} are allowed`
    : /^system:/i.test(name) ? 'names that begin with "system:" belong to Kubernetes itself'
    : components.test(name) ? 'it belongs to a component of the control plane'
    : !/^[A-Za-z0-9]([A-Za-z0-9._@:+-]*[A-Za-z0-9])?$/.test(name) ? 'letters, digits and . _ @ : + - are allowed, with a letter or digit at both ends'
    : undefined
  if (reason === undefined) return
  throw new Problem('user-name-refused', `${JSON.stringify(name)} cannot be the name of a user: ${reason}.`, ['Choose a name such as bob or bob@example.com.'])
}
