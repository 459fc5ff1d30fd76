export { grpcMethods } from './grpc-methods'
export type { GrpcMethods, GrpcRooms } from './grpc-methods'
