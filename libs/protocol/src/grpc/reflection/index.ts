import { grpc } from '../generated/reflection'

export { fileDescriptors } from '../generated/file-descriptors'

/** What tools ask a server about its services; in v1alpha it has the same bytes. */
export import reflection = grpc.reflection.v1
