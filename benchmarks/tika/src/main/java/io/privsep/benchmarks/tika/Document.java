package io.privsep.benchmarks.tika;

/**
 * A document to parse.
 *
 * @param name what it is
 * @param bytes its content
 */
record Document(String name, byte[] bytes) {

}
