/** The one file of node-forge that is used: its types come with the package only for the whole. */
declare module 'node-forge/lib/asn1.js' {
  import type { asn1, util } from 'node-forge'

  interface ReadOptions {
    /** False: a BIT STRING is left as bytes even when it looks like DER. */
    readonly decodeBitStrings?: boolean
  }
  const module: Omit<typeof asn1, 'fromDer'> & { fromDer(bytes: string, options?: ReadOptions): asn1.Asn1, toDer(node: asn1.Asn1): util.ByteStringBuffer }
  export default module
}
