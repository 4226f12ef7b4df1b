package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.launch.ArchiveFile;
import io.privsep.launch.HelperDefinition;
import io.privsep.launch.HelperDefinition.Rights;
import io.privsep.rights.ThreadRights;

/**
 * The archives of classes from which helpers start faster. What helpers ask for and there
 * is not is made later, for the next start. Nothing that goes wrong here keeps a helper
 * from starting.
 */
public final class Archives implements AutoCloseable {

	/** Where none are used. */
	public static final Archives NONE = new Archives(false, null);

	private static final Logger logger = LoggerFactory.getLogger(Archives.class);

	/** As long as an archive is touched more often it is not removed. */
	private static final Duration TOUCHED = Duration.ofDays(1);

	private final boolean enabled;

	private final @Nullable Path directory;

	private final Map<String, Missing> missing = new LinkedHashMap<>();

	private final List<ArchiveProcess> making = new ArrayList<>();

	/** Stamps of the archives that were found to be whole. */
	private final Map<Path, String> whole = new ConcurrentHashMap<>();

	/**
	 * Makes the archives.
	 * @param enabled whether any are used and made
	 * @param directory where they are; {@code null} for the usual place
	 */
	public Archives(boolean enabled, @Nullable Path directory) {
		this.enabled = enabled;
		this.directory = directory;
	}

	/**
	 * Finds the archive for a helper.
	 * @param java the helper's command
	 * @param context name of its context
	 * @param rights its rights; {@code null} for the application's own
	 * @return the archive, if there is one that may be used
	 */
	Optional<Path> find(JavaCommand java, String context, @Nullable Rights rights) {
		if (!this.enabled) {
			return Optional.empty();
		}
		try {
			String reason = java.whyNoArchive();
			if (reason != null) {
				logger.debug("Context '{}': no archive of classes, because {}", context, reason);
				return Optional.empty();
			}
			ArchivePlace place = place(rights);
			Path file = ArchiveFile.find(place.directory(), ArchiveKey.of(java, context)).orElse(null);
			if (file == null) {
				return Optional.empty();
			}
			if (!place.mayUse(place.directory(), null) || !place.mayUse(file, rights)) {
				logger.info("Context '{}': the archive '{}' is not used, as others could change it, or the helper could"
						+ " not read it", context, file);
				return Optional.empty();
			}
			if (!isWhole(file)) {
				logger.info("Context '{}': the archive '{}' is damaged, and not used", context, file);
				Files.delete(file);
				return Optional.empty();
			}
			logger.debug("Context '{}': starting from the archive '{}'", context, file);
			return Optional.of(file);
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("Context '{}': no archive of classes", context, ex);
			return Optional.empty();
		}
	}

	/**
	 * Notes that a helper is started, so that its archive is made if there is none.
	 * @param java the helper's command
	 * @param definition what it is told
	 * @param rights the rights that it is given; {@code null} for the application's own
	 */
	void want(JavaCommand java, HelperDefinition definition, @Nullable Rights rights) {
		try {
			if (this.enabled && java.whyNoArchive() == null) {
				ArchivePlace place = place(rights);
				String name = ArchiveKey.of(java, definition.context());
				if (ArchiveFile.find(place.directory(), name).isEmpty()) {
					addMissing(name, new Missing(java, definition, place));
				}
			}
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("Context '{}': no archive of classes", definition.context(), ex);
		}
	}

	private ArchivePlace place(@Nullable Rights rights) throws IOException {
		int uid = ThreadRights.ofThisProcess().uids().get(1);
		return (rights != null) ? ArchivePlace.ofRoot(this.directory, uid) : ArchivePlace.ofUser(this.directory, uid);
	}

	/**
	 * Where archives may be, of this application or of another one of the same user,
	 * whether this one uses any or not.
	 * @return the directories, which need not exist
	 * @throws IOException if the system does not tell
	 */
	List<Path> directories() throws IOException {
		int uid = ThreadRights.ofThisProcess().uids().get(1);
		List<Path> directories = new ArrayList<>();
		directories.add(ArchivePlace.ofRoot(this.directory, uid).directory());
		try {
			directories.add(ArchivePlace.ofUser(null, uid).directory());
		}
		catch (IOException ex) {
			logger.debug("There are no archives of this user", ex);
		}
		return directories;
	}

	private boolean isWhole(Path file) throws IOException {
		if (!ArchiveKey.stamp(file).equals(this.whole.get(file))) {
			if (!ArchiveFile.isWhole(file)) {
				return false;
			}
			touch(file);
			this.whole.put(file, ArchiveKey.stamp(file));
		}
		return true;
	}

	private static void touch(Path file) {
		Instant now = Instant.now();
		try {
			if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(TOUCHED))) {
				Files.setLastModifiedTime(file, FileTime.from(now));
			}
		}
		catch (IOException ex) {
			// someone else's, who may touch it
		}
	}

	private synchronized void addMissing(String name, Missing what) {
		this.missing.putIfAbsent(name, what);
	}

	/**
	 * Begins to make what helpers have asked for in vain. This is the last chance of an
	 * application that gives up root.
	 */
	public synchronized void makeMissing() {
		this.missing.forEach((name, what) -> {
			String context = what.definition().context();
			try {
				if (what.place().make()) {
					this.making.add(ArchiveProcess.start(name, what.java(), what.definition(), what.place()));
				}
				else {
					logger.debug(
							"Context '{}': no archive is made in '{}', as this user may not, or others could change it",
							context, what.place().directory());
				}
			}
			catch (IOException | RuntimeException ex) {
				logger.debug("Context '{}': no archive is made", context, ex);
			}
		});
		this.missing.clear();
	}

	/**
	 * Makes an archive, and waits for it.
	 * @param java the helper's command
	 * @param definition what the helper is told
	 * @param directory where to, a directory of root's
	 * @param name name of the archive
	 * @return the archive, or nothing if none could be made
	 * @throws IOException if no process can be started for it
	 */
	public static Optional<Path> make(JavaCommand java, HelperDefinition definition, Path directory, String name)
			throws IOException {
		ArchivePlace place = new ArchivePlace(directory, true, ThreadRights.ofThisProcess().uids().get(1));
		try (ArchiveProcess process = ArchiveProcess.start(name, java, definition, place)) {
			process.awaitEnd();
		}
		return ArchiveFile.find(directory, name);
	}

	/**
	 * Waits until what was begun to be made is made, or cannot be.
	 */
	void awaitMade() {
		List<ArchiveProcess> processes;
		synchronized (this) {
			processes = List.copyOf(this.making);
		}
		processes.forEach(ArchiveProcess::awaitEnd);
	}

	@Override
	public synchronized void close() {
		this.making.forEach(ArchiveProcess::close);
		this.making.clear();
	}

	/**
	 * An archive that there is not.
	 *
	 * @param java the helper's command
	 * @param definition what it is told
	 * @param place where the archive would be
	 */
	private record Missing(JavaCommand java, HelperDefinition definition, ArchivePlace place) {
	}

}
