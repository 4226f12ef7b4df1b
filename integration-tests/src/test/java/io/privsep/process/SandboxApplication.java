package io.privsep.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

import io.privsep.autoconfigure.PrivsepAutoConfiguration;

/**
 * An application with a sandboxed context, whose functions the tests call through a
 * connection to it: its standard input is nothing to read while it starts helpers.
 */
@Import({ PrivsepAutoConfiguration.class, SandboxAttempts.class })
final class SandboxApplication {

	private SandboxApplication() {
	}

	public static void main(String[] args) throws Exception {
		// a test that fails otherwise must not wait for ever
		Thread watch = new Thread(() -> {
			try {
				TimeUnit.MINUTES.sleep(30);
			}
			catch (InterruptedException ex) {
				// ends all the same
			}
			Runtime.getRuntime().halt(99);
		});
		watch.setDaemon(true);
		watch.start();
		ConfigurableApplicationContext context = SpringApplication.run(SandboxApplication.class, args);
		SandboxAttempts attempts = context.getBean(SandboxAttempts.class);
		try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			System.out.println("listening on " + server.getLocalPort());
			while (true) {
				Socket socket = server.accept();
				Thread thread = new Thread(() -> serve(socket, attempts));
				thread.setDaemon(true);
				thread.start();
			}
		}
	}

	private static void serve(Socket socket, SandboxAttempts attempts) {
		try (socket; InputStream in = socket.getInputStream()) {
			ObjectInputStream input = new ObjectInputStream(in);
			String name = (String) input.readObject();
			Object[] arguments = (Object[]) input.readObject();
			Method method = Arrays.stream(SandboxAttempts.class.getDeclaredMethods())
				.filter((each) -> each.getName().equals(name))
				.findFirst()
				.orElseThrow();
			Object answer;
			try {
				answer = method.invoke(attempts, arguments);
			}
			catch (InvocationTargetException ex) {
				answer = ex.getCause();
			}
			new ObjectOutputStream(socket.getOutputStream()).writeObject(answer);
		}
		catch (IOException | ReflectiveOperationException ex) {
			ex.printStackTrace();
		}
	}

}
