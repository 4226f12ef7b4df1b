package io.privsep.linux;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A pipe for what a child says on its standard error.
 *
 * @param application the application's end; to close it ends a read in another thread
 * @param childFd the child's end, closed on exec
 */
public record ErrorPipe(InputStream application, int childFd) {

	/**
	 * Opens one.
	 * @return the two ends
	 * @throws IOException if the system has no descriptors left
	 */
	public static ErrorPipe open() throws IOException {
		Posix.Pipe pipe = Posix.pipe();
		try {
			return new ErrorPipe(new Output(FileChannel.open(Posix.path(pipe.output()), StandardOpenOption.READ)),
					pipe.input());
		}
		catch (IOException | RuntimeException | Error ex) {
			Posix.close(pipe.input());
			throw ex;
		}
		finally {
			Posix.close(pipe.output());
		}
	}

	/**
	 * The child's end, as a path for those who cannot be given a descriptor.
	 * @return the path, which is good until the end is closed here
	 */
	public Path childPath() {
		return Posix.path(this.childFd);
	}

	/**
	 * Closes the child's end here, without closing it for the child.
	 */
	public void closeChildFd() {
		Posix.close(this.childFd);
	}

	/**
	 * What comes out of the pipe. A channel that is taken for a file would be asked for
	 * its length, which a pipe does not have.
	 */
	private static final class Output extends InputStream {

		private final FileChannel channel;

		Output(FileChannel channel) {
			this.channel = channel;
		}

		@Override
		public int read() throws IOException {
			byte[] single = new byte[1];
			return (read(single, 0, 1) < 0) ? -1 : single[0] & 0xff;
		}

		@Override
		public int read(byte[] bytes, int offset, int length) throws IOException {
			return this.channel.read(ByteBuffer.wrap(bytes, offset, length));
		}

		@Override
		public void close() throws IOException {
			this.channel.close();
		}

	}

}
