import { createConfiguration } from '@kubernetes/client-node/dist/gen/configuration.js'
import { ServerConfiguration } from '@kubernetes/client-node/dist/gen/servers.js'
import {
  ObjectAppsV1Api, ObjectCertificatesV1Api, ObjectCoreV1Api, ObjectRbacAuthorizationV1Api,
} from '@kubernetes/client-node/dist/gen/types/ObjectParamAPI.js'
import { Agent } from 'undici'
import type { Api } from './cluster.ts'

export interface Connection {
  /** https URL of the API server. */
  readonly server: string
  /** PEM bundle; it alone is trusted. */
  readonly ca: string
  /** PEM client certificate and key, or a bearer token. */
  readonly cert?: string
  readonly key?: string
  readonly token?: string
}

/**
 * Typed clients for a connection. The generated classes are taken from their own files and not through the library's
 * main module, which would load ten times as much.
 */
export function connect(connection: Connection): Api {
  const { server, ca, cert, key, token } = connection
  const dispatcher = new Agent({ connect: { ca, cert, key, timeout: 5_000 }, headersTimeout: 30_000, bodyTimeout: 60_000 })
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(server, {}),
    authMethods: {
      default: {
        getName: () => 'kubeconfig',
        applySecurityAuthentication: context => {
          context.setDispatcher(dispatcher)
          if (token !== undefined) context.setHeaderParam('Authorization', `Bearer ${token}`)
        },
      },
    },
  })
  return {
    apps: new ObjectAppsV1Api(configuration),
    core: new ObjectCoreV1Api(configuration),
    certificates: new ObjectCertificatesV1Api(configuration),
    rbac: new ObjectRbacAuthorizationV1Api(configuration),
  }
}
