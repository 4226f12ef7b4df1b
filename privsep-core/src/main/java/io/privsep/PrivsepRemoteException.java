package io.privsep;

import org.jspecify.annotations.Nullable;

/**
 * The function threw something that is not rebuilt in the application: an error, or an
 * exception that is neither of a class in its {@code throws} clause or below, nor of one
 * of a fixed list of the JDK's; or one that would lose something, such as its fields.
 */
public class PrivsepRemoteException extends PrivsepException {

	private static final long serialVersionUID = 1L;

	private final String remoteType;

	/**
	 * Makes one, such as in a test of what the application does then.
	 * @param context name of the context
	 * @param function name of the function, such as {@code Motd.update}
	 * @param remoteType name of the class that the function threw
	 * @param message its message
	 * @param cause its cause, rebuilt or of this class as well
	 */
	public PrivsepRemoteException(String context, String function, String remoteType, @Nullable String message,
			@Nullable Throwable cause) {
		super(context, function, (message != null) ? remoteType + ": " + message : remoteType, cause);
		this.remoteType = remoteType;
	}

	/**
	 * Name of the class that the function threw. It is text from the helper; no class of
	 * that name was loaded.
	 * @return the name of the class of the function's exception
	 */
	public String remoteType() {
		return this.remoteType;
	}

}
