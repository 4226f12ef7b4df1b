package io.privsep.demo.privsep;

/**
 * An order as a customer sends it.
 *
 * @param item what is ordered
 * @param quantity how many, 1 to 999
 */
public record Order(String item, int quantity) {

}
