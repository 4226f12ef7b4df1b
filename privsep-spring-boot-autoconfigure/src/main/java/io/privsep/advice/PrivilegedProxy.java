package io.privsep.advice;

/**
 * Marks the proxies that stand for privileged beans.
 */
interface PrivilegedProxy {

}
