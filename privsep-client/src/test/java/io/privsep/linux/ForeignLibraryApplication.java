package io.privsep.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An application that calls the C library in every way that there is here, and says which
 * libraries this process has then.
 */
final class ForeignLibraryApplication {

	private ForeignLibraryApplication() {
	}

	/**
	 * Runs the application.
	 * @param args ignored
	 * @throws Exception if a call fails
	 */
	public static void main(String[] args) throws Exception {
		if (!Accounts.userName(0).equals("root")) {
			throw new IllegalStateException("a text");
		}
		ErrorPipe error = ErrorPipe.open();
		Process process = ChildProcess.start(List.of("/bin/sh", "-c", "exit 7"), Map.of(), error.childFd(),
				error.childFd());
		if (process.waitFor() != 7) {
			throw new IllegalStateException("memory");
		}
		try {
			Posix.put(123_456_789, 0);
			throw new IllegalStateException("no error");
		}
		catch (IOException ex) {
			System.out.println(ex.getMessage());
		}
		try (Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
			mappings.filter((line) -> line.contains(".so"))
				.map((line) -> line.substring(line.indexOf('/')))
				.distinct()
				.forEach(System.out::println);
		}
	}

}
