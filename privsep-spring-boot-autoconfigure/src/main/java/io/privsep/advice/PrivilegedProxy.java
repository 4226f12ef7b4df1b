package io.privsep.advice;

/**
 * Marks the proxies that stand for privileged beans. It is public because their classes
 * are made in the packages of the beans.
 */
public interface PrivilegedProxy {

}
