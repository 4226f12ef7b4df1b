package io.privsep.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.Enumeration;

/**
 * Runs an application as a web server does: by a class loader of its own.
 */
final class ForeignLoader {

	private ForeignLoader() {
	}

	/**
	 * Runs it.
	 * @param args whether the class loader tells from where it loads, the class path of
	 * the application, its main class, and its arguments
	 * @throws Exception if it does not run
	 */
	public static void main(String[] args) throws Exception {
		String[] entries = args[1].split(File.pathSeparator);
		URL[] urls = new URL[entries.length];
		for (int i = 0; i < urls.length; i++) {
			urls[i] = url(entries[i]);
		}
		URLClassLoader known = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
		ClassLoader loader = args[0].equals("known") ? known : new UnknownLoader(known);
		Thread.currentThread().setContextClassLoader(loader);
		loader.loadClass(args[2])
			.getMethod("main", String[].class)
			.invoke(null, (Object) Arrays.copyOfRange(args, 3, args.length));
	}

	private static URL url(String entry) throws MalformedURLException {
		return new File(entry).toURI().toURL();
	}

	/** Does not tell from where it loads. */
	private static final class UnknownLoader extends ClassLoader {

		private final URLClassLoader known;

		UnknownLoader(URLClassLoader known) {
			super(ClassLoader.getPlatformClassLoader());
			this.known = known;
		}

		@Override
		protected Class<?> findClass(String name) throws ClassNotFoundException {
			try (InputStream in = this.known.getResourceAsStream(name.replace('.', '/') + ".class")) {
				if (in == null) {
					throw new ClassNotFoundException(name);
				}
				byte[] bytes = in.readAllBytes();
				return defineClass(name, bytes, 0, bytes.length);
			}
			catch (IOException ex) {
				throw new ClassNotFoundException(name, ex);
			}
		}

		@Override
		protected URL findResource(String name) {
			return this.known.findResource(name);
		}

		@Override
		protected Enumeration<URL> findResources(String name) throws IOException {
			return this.known.findResources(name);
		}

		@Override
		public String toString() {
			return "a loader";
		}

	}

}
