package io.privsep.demo.privsep;

import java.nio.file.Path;

/**
 * Settings of the context {@code motd}.
 *
 * @param file the file with the message of the day
 */
public record MotdSettings(Path file) {

}
