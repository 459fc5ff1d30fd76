export { grpcMethods, refusedMethods } from './grpc-methods'
export type { GrpcMethods, GrpcRooms } from './grpc-methods'
