import type { InitPlan } from '../v1beta4.ts'
import type { FieldPath, Rule, Violation } from './rule.ts'

/** URLs of an external etcd, and the files to talk to it with. */
export const externalEtcd: Rule<InitPlan> = ({ cluster }) => {
  const { external } = cluster.etcd
  if (external === undefined) return []
  const at = (...path: (string | number)[]): FieldPath => ['ClusterConfiguration', 'etcd', 'external', ...path]
  const { endpoints, httpEndpoints, caFile, certFile, keyFile } = external
  const secure = caFile !== '' || certFile !== '' || keyFile !== ''
  const urls = (list: readonly string[], name: string, https: boolean): readonly Violation[] => list.flatMap((text, index) => {
    const url = URL.parse(text)
    if (url === null || !/^https?:$/.test(url.protocol)) {
      return [{ field: at(name, index), what: `"${text}" is not a URL.`, fix: 'Write a URL such as https://10.0.0.1:2379.' }]
    }
    return https && url.protocol === 'http:' ? [{
      field: at(name, index), what: `"${text}" is not encrypted, although certificates are given.`, fix: 'Write https://, or leave out caFile, certFile and keyFile.',
    }] : []
  })
  return [
    ...endpoints.length === 0 ? [{ field: at('endpoints'), what: 'is empty.', fix: 'Give the URLs of the etcd members, such as https://10.0.0.1:2379.' }] : [],
    ...urls(endpoints, 'endpoints', secure),
    ...httpEndpoints === endpoints ? [] : urls(httpEndpoints, 'httpEndpoints', false),
    ...Object.entries({ caFile, certFile, keyFile }).flatMap(([name, path]) => path === '' || path.startsWith('/') ? [] : [{
      field: at(name), what: `"${path}" is not an absolute path.`, fix: 'Write the whole path, from /.',
    }]),
    ...(certFile === '') === (keyFile === '') ? [] : [{
      field: at(certFile === '' ? 'keyFile' : 'certFile'), what: 'is given without its counterpart.', fix: 'Give certFile and keyFile together.',
    }],
    ...certFile !== '' && keyFile !== '' && caFile === '' ? [{
      field: at('certFile'), what: 'is given without caFile, so that etcd could not be recognised.', fix: 'Give caFile, too.',
    }] : [],
  ]
}
