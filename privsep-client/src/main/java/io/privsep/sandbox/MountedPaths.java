package io.privsep.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.privsep.definition.Sandbox;
import io.privsep.sandbox.SandboxPaths.Source;

/**
 * What a running helper has mounted of the paths of its sandbox. A directory that is
 * deleted and made again is another one: the helper goes on with that which is gone. So
 * it does where a link leads elsewhere now.
 *
 * @param sources what the paths led to when the helper was started, by the paths as they
 * are configured
 */
public record MountedPaths(Map<String, Source> sources) {

	/** Where there is nothing to look at any more. */
	public static final MountedPaths NONE = new MountedPaths(Map.of());

	public MountedPaths {
		sources = Map.copyOf(sources);
	}

	/**
	 * What an installed helper has mounted that is being started. Some of it this
	 * application may not be able to see.
	 * @param sandbox its sandbox
	 * @return the paths that can be seen
	 */
	public static MountedPaths ofInstalled(Sandbox sandbox) {
		return new MountedPaths(SandboxPaths.visible(sandbox));
	}

	/**
	 * Looks for a path where something else is now.
	 * @return what has happened; {@code null} if there is the same at all of them, or
	 * nothing, which another helper could not mount either
	 */
	public @Nullable Change change() {
		for (Map.Entry<String, Source> mounted : this.sources.entrySet()) {
			Path path = Path.of(mounted.getKey());
			Source source = mounted.getValue();
			try {
				if (!SandboxPaths.number(path).equals(source.number())) {
					return new Change(path, source.path(), path.toRealPath());
				}
			}
			catch (IOException ex) {
				// it is not there
			}
		}
		return null;
	}

	/**
	 * The same, once enough is said of a link: what it led to is still mounted.
	 * @param change what has happened to it
	 * @return the paths to look at from now on
	 */
	public MountedPaths withoutLink(Change change) {
		Map<String, Source> left = new HashMap<>();
		this.sources.forEach((path, source) -> {
			if (!Path.of(path).equals(change.path())) {
				left.put(path, source);
			}
			else if (!source.path().equals(change.path())) {
				left.put(source.path().toString(), source);
			}
		});
		return new MountedPaths(left);
	}

	/**
	 * What has happened to a path.
	 *
	 * @param path the path, as it is configured
	 * @param before what it led to when the helper was started
	 * @param now what it leads to
	 */
	public record Change(Path path, Path before, Path now) {

		/**
		 * Whether a link leads elsewhere. No helper follows it: paths are resolved once.
		 * @return whether it does; otherwise something else is in the same place
		 */
		public boolean isOfLink() {
			return !this.before.equals(this.now);
		}

	}

}
