import { isNotFound } from './api-server.ts'

/** The object of a request, or undefined when the API server answers that it is not there. */
export async function ifPresent<Result>(request: Promise<Result>): Promise<Result | undefined> {
  try {
    return await request
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}
