/**
 * What an application runs on: a Spring Boot and a JVM that helpers can work with.
 */
@NullMarked
package io.privsep.autoconfigure.platform;

import org.jspecify.annotations.NullMarked;
