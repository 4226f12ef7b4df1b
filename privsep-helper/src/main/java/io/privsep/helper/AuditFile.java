package io.privsep.helper;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * A file that lines are added to. When the platform has rotated it away, and made another
 * in its place, that one is used from the next second on. One that has become too large
 * is not added to: whoever floods it has no more calls then, and others keep their disk.
 */
final class AuditFile extends OutputStream {

	private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** How large a file may become before it has to be rotated: 1 GiB. */
	static final long MAX_SIZE = 1L << 30;

	private final Path path;

	private final long maxSize;

	private OutputStream out;

	private @Nullable Object key;

	private long looked;

	private long size;

	private boolean cut;

	AuditFile(Path path) throws IOException {
		this(path, MAX_SIZE);
	}

	AuditFile(Path path, long maxSize) throws IOException {
		this.path = path;
		this.maxSize = maxSize;
		this.key = key(path);
		this.out = open(path);
		this.size = Files.size(path);
		this.looked = System.nanoTime();
	}

	private static @Nullable Object key(Path path) throws IOException {
		BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
		if (!file.isRegularFile()) {
			throw new IOException("'" + path + "' is no file");
		}
		return file.fileKey();
	}

	// Not a channel, which an interrupt would close.
	private static OutputStream open(Path path) throws IOException {
		return new FileOutputStream(path.toFile(), true);
	}

	@Override
	public void write(int value) throws IOException {
		write(new byte[] { (byte) value }, 0, 1);
	}

	@Override
	public synchronized void write(byte[] line, int offset, int length) throws IOException {
		long now = System.nanoTime();
		if (now - this.looked > LOOK_NANOS) {
			this.looked = now;
			look();
		}
		if (this.size + length > this.maxSize) {
			throw new IOException("'" + this.path + "' has more than " + this.maxSize + " bytes; have it rotated");
		}
		try {
			if (this.cut) {
				this.out.write('\n');
			}
			// until the next one is known to begin a line
			this.cut = true;
			this.out.write(line, offset, length);
			this.cut = false;
			this.size += length;
		}
		catch (IOException ex) {
			throw new IOException("'" + this.path + "': " + ex.getMessage(), ex);
		}
	}

	private void look() throws IOException {
		Object current;
		try {
			current = key(this.path);
		}
		catch (IOException ex) {
			// on its way to another name; the old one is written to meanwhile
			return;
		}
		if (current != null && !current.equals(this.key)) {
			OutputStream next = open(this.path);
			this.out.close();
			this.out = next;
			this.key = current;
			this.cut = false;
		}
		// less than before where it was emptied
		this.size = Files.size(this.path);
	}

}
