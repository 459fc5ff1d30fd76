/** Java's broker sheds load that waited longer than this; a small machine under a test is no reason to. */
export const patience = {
  waitTimeMillsInSendQueue: 60_000,
  waitTimeMillsInPullQueue: 60_000,
  waitTimeMillsInLitePullQueue: 60_000,
  waitTimeMillsInHeartbeatQueue: 60_000,
  waitTimeMillsInTransactionQueue: 60_000,
  waitTimeMillsInAckQueue: 60_000,
  waitTimeMillsInAdminBrokerQueue: 60_000,
}
