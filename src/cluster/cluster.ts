import type { AppsV1Api, CoreV1Api, CertificatesV1Api, RbacAuthorizationV1Api } from '@kubernetes/client-node'

/** Any Kubernetes object. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly [key: string]: unknown
  }
  readonly [key: string]: unknown
}

/**
 * The API server behind a kubeconfig. The connection is made at the first request, so that the kubeconfig may be
 * written by a phase that runs before. Failures are Problems; API statuses keep their reason as code (`forbidden`, …).
 */
export interface Cluster {
  /** Server-side apply through `kubectl apply --server-side -f -`, all objects in one call. */
  apply(objects: readonly KubernetesObject[]): Promise<void>
  /** Runs a request, retrying what may pass (no connection, 409, 429, 5xx) every 500 ms up to `timeouts.kubernetesAPICall`. */
  request<Result>(what: string, call: (api: Api) => Promise<Result>): Promise<Result>
}

/** The typed clients, each loaded when first used. */
export interface Api {
  readonly apps: AppsV1Api
  readonly core: CoreV1Api
  readonly certificates: CertificatesV1Api
  readonly rbac: RbacAuthorizationV1Api
}
