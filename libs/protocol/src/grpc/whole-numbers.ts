import { configure, util } from 'protobufjs/minimal'

/**
 * Whole numbers are numbers: with the package `long` about, protobufjs would read those of 64 bits as objects of it. Must
 * be loaded before the generated messages.
 */
Reflect.deleteProperty(util, 'Long')
configure()
