export { adminMethods, refusedAdminMethods } from './admin/admin-methods'
export type { AdminRooms } from './admin/admin-methods'
export { grpcMethods } from './grpc-methods'
export type { GrpcMethods, GrpcRooms } from './grpc-methods'
