package io.privsep.install;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

import org.jspecify.annotations.Nullable;

import io.privsep.definition.JarClassPath;

/**
 * What this process runs from, which is the application to install: an executable jar, or
 * a class path.
 */
final class ApplicationSource {

	private static final String START_CLASS = "Start-Class";

	private final List<Path> classPath;

	private final boolean executableJar;

	private final @Nullable String mainClass;

	private ApplicationSource(List<Path> classPath, boolean executableJar, @Nullable String mainClass) {
		this.classPath = classPath;
		this.executableJar = executableJar;
		this.mainClass = mainClass;
	}

	/**
	 * Finds out what this process runs from.
	 * @param mainClass the application's main class; {@code null} for what the jar says
	 * @return the source
	 * @throws IOException if a jar cannot be read
	 */
	static ApplicationSource ofThisProcess(@Nullable String mainClass) throws IOException {
		Set<Path> entries = new LinkedHashSet<>();
		for (Path entry : JarClassPath.split(System.getProperty("java.class.path"))) {
			addWithManifest(entry.toAbsolutePath(), entries);
		}
		List<Path> classPath = List.copyOf(entries);
		Attributes attributes = attributes(classPath.get(0));
		boolean executableJar = classPath.size() == 1 && attributes.getValue(START_CLASS) != null;
		String found = attributes.getValue(executableJar ? START_CLASS : Attributes.Name.MAIN_CLASS.toString());
		return new ApplicationSource(classPath, executableJar, (mainClass != null) ? mainClass : found);
	}

	private static void addWithManifest(Path entry, Set<Path> entries) throws IOException {
		if (Files.exists(entry) && entries.add(entry.toRealPath()) && Files.isRegularFile(entry)) {
			for (Path more : JarClassPath.of(entry)) {
				addWithManifest(more, entries);
			}
		}
	}

	private static Attributes attributes(Path entry) throws IOException {
		if (!Files.isRegularFile(entry)) {
			return new Attributes();
		}
		try (JarFile jar = new JarFile(entry.toFile())) {
			Manifest manifest = jar.getManifest();
			return (manifest != null) ? manifest.getMainAttributes() : new Attributes();
		}
	}

	Class<?> mainClass() {
		if (this.mainClass == null) {
			throw new InstallException(InstallException.USAGE,
					"'--main-class' is needed, because '" + this.classPath.get(0) + "' does not name one");
		}
		try {
			return Class.forName(this.mainClass, false, Thread.currentThread().getContextClassLoader());
		}
		catch (ClassNotFoundException ex) {
			throw new InstallException(InstallException.USAGE, "There is no class '" + this.mainClass + "'", ex);
		}
	}

	/**
	 * Copies the application, so that it can run from the copy.
	 * @param directory where to; it does not exist yet
	 * @param application name of the application
	 * @return the class path of the copy, relative to the directory
	 * @throws IOException if it cannot be copied
	 */
	List<Path> copyTo(Path directory, String application) throws IOException {
		if (this.executableJar) {
			Path java = Path.of(System.getProperty("java.home"), "bin", "java");
			Path jar = Path.of(application + ".jar");
			SystemCommand.run(java,
					List.of("-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djarmode=tools",
							"-jar", this.classPath.get(0).toString(), "extract", "--destination", directory.toString(),
							"--application-filename", jar.toString()));
			if (!Files.isRegularFile(directory.resolve(jar))) {
				throw new InstallException(InstallException.APPLICATION, "'" + this.classPath.get(0)
						+ "' was not extracted; build it with the jar mode 'tools', as Spring Boot's plugins do by default");
			}
			return List.of(jar);
		}
		Files.createDirectory(directory);
		List<Path> copy = new ArrayList<>();
		for (Path entry : this.classPath) {
			// the number keeps those of the same name apart, and the order to be seen
			Path target = Path.of("%03d-%s".formatted(copy.size(), entry.getFileName()));
			copy(entry, directory.resolve(target));
			copy.add(target);
		}
		return copy;
	}

	private static void copy(Path source, Path target) throws IOException {
		Files.walkFileTree(source, new SimpleFileVisitor<>() {
			@Override
			public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
				Files.createDirectory(target.resolve(source.relativize(path).toString()));
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
				if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
					throw new IOException("'" + path + "' is neither a file nor a directory");
				}
				Path relative = source.relativize(path);
				Files.copy(path, Objects
					.requireNonNull(relative.toString().isEmpty() ? target : target.resolve(relative.toString())));
				return FileVisitResult.CONTINUE;
			}
		});
	}

}
