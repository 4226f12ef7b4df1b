package io.privsep.installation;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that locks all files that its user can read, of some files and directories,
 * until its standard input ends.
 */
final class FileLocker {

	private static final List<FileChannel> LOCKED = new ArrayList<>();

	private static final List<Path> REFUSED = new ArrayList<>();

	private FileLocker() {
	}

	public static void main(String[] args) throws IOException {
		for (String path : args) {
			lockAll(new File(path));
		}
		System.out.println("locked " + LOCKED.size() + ", not " + REFUSED);
		System.in.read();
	}

	private static void lockAll(File file) throws IOException {
		File[] files = file.listFiles();
		if (Files.isSymbolicLink(file.toPath())) {
			return;
		}
		if (file.isFile()) {
			lock(file.toPath());
		}
		else if (files != null) {
			for (File each : files) {
				lockAll(each);
			}
		}
	}

	private static void lock(Path file) throws IOException {
		try {
			FileChannel channel = FileChannel.open(file);
			// an exclusive one needs the right to write
			channel.lock(0, Long.MAX_VALUE, true);
			LOCKED.add(channel);
		}
		catch (AccessDeniedException ex) {
			REFUSED.add(file);
		}
	}

}
