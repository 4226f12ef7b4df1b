package io.privsep.attacked;

import java.nio.file.Path;

/**
 * Where the helper attacks.
 *
 * @param directory of the application's user
 */
public record AttackSettings(Path directory) {

}
