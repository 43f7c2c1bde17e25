import semver from 'semver'
import type { ExternalEtcd } from '../config/v1beta4.ts'
import { messageOf, Problem } from '../core/problem.ts'
import type { Host, WebResponse } from '../host/host.ts'
import type { Check, Defect } from './check.ts'

const oldest = '3.5.24-0'
/** Milliseconds between attempts. */
const pause = 5000
const attempts = 4

/** Asks every endpoint of an etcd that we do not run for its version. */
export function externalEtcdVersion(etcd: ExternalEtcd): Check {
  return {
    name: 'ExternalEtcdVersion',
    run: async ({ host }) => {
      const [ca, cert, key] = await Promise.all([etcd.caFile, etcd.certFile, etcd.keyFile].map(async path => path === '' ? undefined : await host.files.read(path)))
      const credentials = { ...ca !== undefined && { ca }, ...cert !== undefined && { cert }, ...key !== undefined && { key } }
      const endpoints = etcd.httpEndpoints.length > 0 ? etcd.httpEndpoints : etcd.endpoints
      return (await Promise.all(endpoints.map(endpoint => version(host, endpoint, credentials)))).flat()
    },
  }
}

async function version(host: Host, endpoint: string, credentials: object): Promise<readonly Defect[]> {
  const url = `${endpoint.replace(/\/$/, '')}/version`
  const answer = await ask(host, url, credentials)
  if (answer instanceof Problem) return [{ level: 'error', message: `etcd at ${endpoint} cannot be asked for its version: ${answer.message}`, fix: answer.fix }]
  const found = semver.parse(/"etcdserver":\s*"([^"]+)"/.exec(answer.body)?.[1])
  if (found === null) {
    return [{ level: 'error', message: `${url} does not answer like etcd (status ${answer.status}).`, fix: ['Check etcd.external.endpoints and httpEndpoints.', `curl ${url}`] }]
  }
  return semver.gte(found, oldest) ? [] : [{
    level: 'error',
    message: `etcd at ${endpoint} is ${found.version}; at least ${oldest.replace('-0', '')} is needed.`,
    fix: ['Update etcd, one member after the other.'],
  }]
}

async function ask(host: Host, url: string, credentials: object): Promise<WebResponse | Problem> {
  for (let attempt = 1; ; attempt++) {
    const answer = await host.network.fetch({ url, ...credentials }).catch((error: unknown) =>
      error instanceof Problem ? error : new Problem('connection-failed', messageOf(error), [`curl ${url}`]))
    const passing = answer instanceof Problem || answer.status >= 500
    if (!passing || attempt === attempts) return answer
    await host.clock.sleep(pause)
  }
}

/** Certificates that are named must be there. */
export function externalEtcdClientCertificates(etcd: ExternalEtcd): Check {
  return {
    name: 'ExternalEtcdClientCertificates',
    run: async ({ host }) => {
      const files = { caFile: etcd.caFile, certFile: etcd.certFile, keyFile: etcd.keyFile }
      const found = await Promise.all(Object.entries(files).filter(([, path]) => path !== '').map(async ([field, path]) =>
        await host.files.status(path) === undefined ? [{ field, path }] : []))
      return found.flat().map(({ field, path }) => ({
        level: 'error' as const,
        message: `etcd.external.${field} names ${path}, which is not there.`,
        fix: [`Copy it here from the etcd cluster: ${path}`] as const,
      }))
    },
  }
}
