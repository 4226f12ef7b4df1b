package io.privsep.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.privsep.definition.Sandbox;
import io.privsep.sandbox.SandboxPaths.Source;

/**
 * What a running helper has mounted of the paths of its sandbox. A directory that is
 * deleted and made again is another one: the helper goes on with that which is gone.
 *
 * @param sources what the paths led to when the helper was started
 */
public record MountedPaths(List<Source> sources) {

	/** Of a helper that has none. */
	public static final MountedPaths NONE = new MountedPaths(List.of());

	static MountedPaths of(Collection<Source> sources) {
		return new MountedPaths(List.copyOf(sources));
	}

	/**
	 * What a helper has mounted that was started just now.
	 * @param sources where the paths of its sandbox lead
	 * @return the paths
	 */
	public static MountedPaths of(Map<String, Source> sources) {
		return of(sources.values());
	}

	/**
	 * What an installed helper has mounted that is being started. Some of it this
	 * application may not be able to see.
	 * @param sandbox its sandbox; {@code null} if it has none
	 * @return the paths that can be seen
	 */
	public static MountedPaths ofInstalled(@Nullable Sandbox sandbox) {
		return (sandbox != null) ? of(SandboxPaths.visible(sandbox)) : NONE;
	}

	/**
	 * Looks for a path where something else is now.
	 * @return the path; {@code null} if there is the same at all of them, or nothing,
	 * which another helper could not mount either
	 */
	public @Nullable Path replaced() {
		for (Source source : this.sources) {
			try {
				if (!SandboxPaths.number(source.path()).equals(source.number())) {
					return source.path();
				}
			}
			catch (IOException ex) {
				// it is not there
			}
		}
		return null;
	}

}
