import '../whole-numbers'
import { grpc } from '../generated/channelz'
import { serviceMethod } from '../service-method'

/** What a server says of its connections and of the calls on them. */
export import channelz = grpc.channelz.v1

const pathOf = (name: string): string => `/grpc.channelz.v1.Channelz/${name}`

/** All methods of `grpc.channelz.v1.Channelz`. */
export const channelzService = {
  GetTopChannels: serviceMethod(pathOf('GetTopChannels'), 'unary', {
    request: channelz.GetTopChannelsRequest,
    response: channelz.GetTopChannelsResponse,
  }),
  GetServers: serviceMethod(pathOf('GetServers'), 'unary', {
    request: channelz.GetServersRequest,
    response: channelz.GetServersResponse,
  }),
  GetServer: serviceMethod(pathOf('GetServer'), 'unary', {
    request: channelz.GetServerRequest,
    response: channelz.GetServerResponse,
  }),
  GetServerSockets: serviceMethod(pathOf('GetServerSockets'), 'unary', {
    request: channelz.GetServerSocketsRequest,
    response: channelz.GetServerSocketsResponse,
  }),
  GetChannel: serviceMethod(pathOf('GetChannel'), 'unary', {
    request: channelz.GetChannelRequest,
    response: channelz.GetChannelResponse,
  }),
  GetSubchannel: serviceMethod(pathOf('GetSubchannel'), 'unary', {
    request: channelz.GetSubchannelRequest,
    response: channelz.GetSubchannelResponse,
  }),
  GetSocket: serviceMethod(pathOf('GetSocket'), 'unary', {
    request: channelz.GetSocketRequest,
    response: channelz.GetSocketResponse,
  }),
} as const

export type ChannelzMethodName = keyof typeof channelzService
