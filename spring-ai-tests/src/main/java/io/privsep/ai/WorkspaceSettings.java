package io.privsep.ai;

import java.nio.file.Path;

/**
 * What the tools are told.
 *
 * @param directory where they may write
 */
record WorkspaceSettings(Path directory) {
}
