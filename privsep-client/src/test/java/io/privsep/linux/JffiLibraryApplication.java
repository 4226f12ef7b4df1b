package io.privsep.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * An application that uses the native library, and says from where it was loaded.
 */
final class JffiLibraryApplication {

	private JffiLibraryApplication() {
	}

	/**
	 * Runs the application.
	 * @param args {@code interrupted} if its thread is to be
	 * @throws IOException if {@code /proc} cannot be read
	 */
	public static void main(String[] args) throws IOException {
		if (args[0].equals("interrupted")) {
			Thread.currentThread().interrupt();
		}
		Accounts.userName(0);
		if (Thread.interrupted() != args[0].equals("interrupted")) {
			throw new IllegalStateException("the interrupt is lost");
		}
		try (Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
			mappings.filter((line) -> line.contains("jffi") && line.contains(".so"))
				.map((line) -> line.substring(line.indexOf('/')))
				.distinct()
				.forEach(System.out::println);
		}
		System.out.println("jffi.extract.dir " + System.getProperty("jffi.extract.dir"));
	}

}
