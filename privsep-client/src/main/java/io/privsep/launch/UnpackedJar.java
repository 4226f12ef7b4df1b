package io.privsep.launch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.command.CodePath;
import io.privsep.command.JavaCommand;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.rights.Capabilities;
import io.privsep.trust.CodeTrust;

/**
 * The executable jar that this process runs from, unpacked for its helpers once: from the
 * jar itself each of them would load 500 classes more, those that read jars in a jar.
 * <p>
 * Anyone who can change the copy has the helpers' rights, as with the jar. So it lies in
 * a directory that this process has made, where only root and its own user could exchange
 * it, and a user who cannot read the jar cannot read it either. Where that is not
 * possible, helpers run from the jar.
 */
public final class UnpackedJar {

	private static final Logger logger = LoggerFactory.getLogger(UnpackedJar.class);

	/** Root's own, and empty after a boot. */
	private static final Path OF_ROOT = Path.of("/run");

	private static final UnpackedJar OF_THIS_PROCESS = new UnpackedJar(
			List.of(OF_ROOT, Path.of(System.getProperty("java.io.tmpdir"))));

	private static final String PREFIX = "privsep-jar-";

	private static final String LOCK = "lock";

	/** Whoever could open it could lock it, and keep a forgotten copy for ever. */
	private static final FileAttribute<?> OWN = PosixFilePermissions
		.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

	/** User and group whom the system gives to nobody. */
	private static final Rights OF_OTHERS = new Rights(-1, -1, List.of(), Capabilities.NONE);

	private static final int OTHERS_WRITE = 022;

	private static final int STICKY = 01000;

	private final List<Path> places;

	private @Nullable Path directory;

	private List<Path> files = List.of();

	private @Nullable FileChannel lock;

	private boolean isImpossible;

	/**
	 * Makes a copy, which is not there yet.
	 * @param places directories to make it in, of which the first is taken that can be
	 * written
	 */
	UnpackedJar(List<Path> places) {
		this.places = places;
	}

	/**
	 * Deletes the copy of this process. No helper may need it any more.
	 */
	public static void deleteAtExit() {
		OF_THIS_PROCESS.delete();
	}

	static UnpackedJar ofThisProcess() {
		return OF_THIS_PROCESS;
	}

	/**
	 * Has a helper run from the copy, if it can and may.
	 * @param java how its JVM would be started
	 * @param rights its rights; {@code null} for those of this process
	 * @param checksCode whether only root may be able to change its code
	 * @return how its JVM is started
	 */
	synchronized JavaCommand use(JavaCommand java, @Nullable Rights rights, boolean checksCode) {
		if (!java.executableJar() || this.isImpossible) {
			return java;
		}
		try {
			if (checksCode) {
				requireNone(new CodeTrust().file(place()).problems());
			}
			if (this.directory == null || !this.files.stream().allMatch(Files::isRegularFile)) {
				// someone may tidy up there
				delete();
				unpack(java.classPath().get(0));
			}
			JavaCommand unpacked = java.withClassPath(List.of(this.files.get(0)));
			if (rights != null) {
				CodePath.requireReadable(unpacked, rights, true);
			}
			if (checksCode) {
				requireNone(new CodeTrust().classPath(unpacked.classPath()).problems());
			}
			return unpacked;
		}
		catch (IOException ex) {
			logger.debug("Running a helper from the executable jar, not from a copy: {}", ex.getMessage());
			return java;
		}
	}

	private static void requireNone(List<String> problems) throws IOException {
		if (!problems.isEmpty()) {
			throw new IOException(problems.get(0));
		}
	}

	private void unpack(Path jar) throws IOException {
		long start = System.nanoTime();
		try {
			Path made = Files.createTempDirectory(place(), PREFIX);
			this.directory = made;
			requireOwn(made);
			deleteForgotten(made);
			// that a process which drops root keeps no file open that it may fill /run by
			this.lock = FileChannel.open(Files.createFile(made.resolve(LOCK), OWN), StandardOpenOption.READ);
			if (this.lock.tryLock(0, Long.MAX_VALUE, true) == null) {
				throw new IOException("'" + made + "' is locked by another process");
			}
			this.files = JarContent.unpack(jar, made);
			boolean isForOthers = CodePath.areReadable(List.of(jar), OF_OTHERS);
			Files.setAttribute(made, "unix:mode", isForOthers ? 0755 : 0700);
			logger.debug("Unpacked '{}' to '{}' in {} ms", jar, made, (System.nanoTime() - start) / 1_000_000);
		}
		catch (IOException | RuntimeException ex) {
			delete();
			this.isImpossible = true;
			logger.info("Helpers start slower than they could, as '{}' cannot be unpacked: {}", jar, ex.getMessage());
			throw ex;
		}
	}

	private Path place() throws IOException {
		for (Path place : this.places) {
			if (Files.isWritable(place)) {
				return place.toRealPath();
			}
		}
		throw new IOException("there is no directory in " + this.places
				+ " that the application may write to; '-Djava.io.tmpdir=<directory>' names another one");
	}

	// Where others may write, the sticky bit keeps them from what is not theirs.
	private static void requireOwn(Path directory) throws IOException {
		Object user = Files.getAttribute(directory, "unix:uid");
		for (Path each = directory; each != null; each = each.getParent()) {
			Map<String, Object> attributes = Files.readAttributes(each, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
			Object owner = attributes.get("uid");
			int mode = (Integer) Objects.requireNonNull(attributes.get("mode"));
			if (!user.equals(owner) && !Integer.valueOf(0).equals(owner)
					|| (mode & OTHERS_WRITE) != 0 && (mode & STICKY) == 0) {
				throw new IOException("others could exchange what is in '" + each + "'");
			}
		}
	}

	// Of processes that were killed, or had dropped root.
	private static void deleteForgotten(Path made) throws IOException {
		Object user = Files.getAttribute(made, "unix:uid");
		try (DirectoryStream<Path> copies = Files.newDirectoryStream(Objects.requireNonNull(made.getParent()),
				PREFIX + "*")) {
			for (Path copy : copies) {
				try {
					if (!copy.equals(made) && isForgotten(copy, user)) {
						deleteTree(copy);
					}
				}
				catch (IOException ex) {
					logger.debug("'{}' stays: {}", copy, ex.getMessage());
				}
			}
		}
	}

	private static boolean isForgotten(Path copy, Object user) throws IOException {
		if (!Files.isDirectory(copy, LinkOption.NOFOLLOW_LINKS)
				|| !user.equals(Files.getAttribute(copy, "unix:uid", LinkOption.NOFOLLOW_LINKS))) {
			return false;
		}
		try (FileChannel channel = FileChannel.open(copy.resolve(LOCK), StandardOpenOption.WRITE,
				LinkOption.NOFOLLOW_LINKS)) {
			return channel.tryLock() != null;
		}
	}

	synchronized void delete() {
		Path made = this.directory;
		this.directory = null;
		this.files = List.of();
		try {
			if (this.lock != null) {
				this.lock.close();
				this.lock = null;
			}
			if (made != null) {
				deleteTree(made);
			}
		}
		catch (IOException ex) {
			// as after root was dropped: the next start does it
			logger.debug("'{}' cannot be deleted: {}", made, ex.getMessage());
		}
	}

	private static void deleteTree(Path top) throws IOException {
		Files.walkFileTree(top, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				Files.delete(file);
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException ex) throws IOException {
				Files.delete(directory);
				return FileVisitResult.CONTINUE;
			}

		});
	}

}
