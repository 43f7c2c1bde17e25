import type { InitPlan } from '../v1beta4.ts'
import { extrasWellFormed } from './arguments.ts'
import { absolutePaths, clusterName, featureGates, imageRepositories, imageTags, validityPeriods } from './cluster.ts'
import { externalEtcd } from './etcd.ts'
import { endpointViolations, names, podRange, rangesApart, serviceRange } from './networks.ts'
import { nodeViolations } from './node.ts'
import type { Rule } from './rule.ts'
import { bootstrapTokens } from './tokens.ts'

export const initRules: readonly Rule<InitPlan>[] = [
  bootstrapTokens,
  plan => nodeViolations(plan.nodeRegistration, 'InitConfiguration'),
  plan => endpointViolations(plan.localAPIEndpoint, 'InitConfiguration', 'localAPIEndpoint'),
  externalEtcd,
  serviceRange,
  podRange,
  rangesApart,
  names,
  extrasWellFormed,
  absolutePaths,
  imageRepositories,
  imageTags,
  featureGates,
  clusterName,
  validityPeriods,
]
