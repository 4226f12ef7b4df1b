package io.privsep.demo.privsep;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;

import org.springframework.stereotype.Component;

import io.privsep.PrivsepFunction;

/**
 * Reads documents that strangers send, with a parser that has holes.
 * <p>
 * Its helper is in a sandbox, where there is nothing to read and nowhere to call.
 */
@Component
@PrivsepFunction("documents")
public class Documents {

	/**
	 * Reads an order in XML.
	 * @param xml the order, as it was received
	 * @return the order
	 * @throws FileNotFoundException if there is no such file as the order refers to
	 * @throws ConnectException if there is nobody where the order has it call
	 * @throws IOException if something else cannot be read
	 */
	public Order parse(byte[] xml) throws FileNotFoundException, ConnectException, IOException {
		return OrderXml.parse(xml);
	}

	/**
	 * Unpacks an order in XML, and reads it.
	 * @param packed the order, compressed (RFC 1950), as it was received
	 * @return the order
	 * @throws IOException if what the order refers to cannot be read
	 */
	public Order unpack(byte[] packed) throws IOException {
		return OrderXml.parse(OrderXml.unpack(packed));
	}

	/**
	 * Ends its own helper at once, as a crash would. This is here to show what happens
	 * then: an application has no such function.
	 */
	public void endHelper() {
		Runtime.getRuntime().halt(1);
	}

	/**
	 * Says with which rights this context runs.
	 * @return the rights of the helper
	 * @throws IOException if {@code /proc} cannot be read
	 */
	public Rights rights() throws IOException {
		return Rights.ofThisProcess();
	}

}
