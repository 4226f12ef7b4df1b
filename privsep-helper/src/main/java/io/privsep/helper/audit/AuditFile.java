package io.privsep.helper.audit;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
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

	/** Any user may own the file: there is none but the application's own. */
	static final int ANYONE = -1;

	private final Path path;

	private final int owner;

	private final long maxSize;

	private final long lookNanos;

	private OutputStream out;

	private @Nullable Object key;

	private long looked;

	private long size;

	private boolean cut;

	AuditFile(Path path, int owner) throws IOException {
		this(path, owner, MAX_SIZE, LOOK_NANOS);
	}

	AuditFile(Path path, int owner, long maxSize, long lookNanos) throws IOException {
		this.path = path;
		this.owner = owner;
		this.maxSize = maxSize;
		this.lookNanos = lookNanos;
		this.key = key();
		this.out = open(path);
		this.size = Files.size(path);
		this.cut = isCut();
		this.looked = System.nanoTime();
	}

	// Nobody else can make a file that belongs to the helper's user.
	private @Nullable Object key() throws IOException {
		BasicFileAttributes file = Files.readAttributes(this.path, BasicFileAttributes.class,
				LinkOption.NOFOLLOW_LINKS);
		if (!file.isRegularFile()) {
			throw new IOException("'" + this.path + "' is no file");
		}
		if (this.owner != ANYONE
				&& !Files.getAttribute(this.path, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(this.owner)) {
			throw new IOException("'" + this.path + "' belongs to another user than the helper's");
		}
		return file.fileKey();
	}

	// The last line of a helper before this one, if the disk was full.
	private boolean isCut() throws IOException {
		try (RandomAccessFile file = new RandomAccessFile(this.path.toFile(), "r")) {
			if (file.length() == 0) {
				return false;
			}
			file.seek(file.length() - 1);
			return file.read() != '\n';
		}
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
		if (now - this.looked > this.lookNanos) {
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
			current = key();
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
			this.cut = isCut();
		}
		// less than before where it was emptied
		this.size = Files.size(this.path);
	}

}
