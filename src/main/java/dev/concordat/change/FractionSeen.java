package dev.concordat.change;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NumericNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import java.math.BigDecimal;

/** Makes the nodes of one document and remembers whether there was a fraction among them: few have any, and those need a closer look. */
final class FractionSeen extends JsonNodeFactory {
    private static final long serialVersionUID = 1L;

    private boolean any;

    boolean any() {
        return any;
    }

    @Override
    public NumericNode numberNode(float value) {
        any = true;
        return super.numberNode(value);
    }

    @Override
    public NumericNode numberNode(double value) {
        any = true;
        return super.numberNode(value);
    }

    @Override
    public ValueNode numberNode(BigDecimal value) {
        any = true;
        return super.numberNode(value);
    }
}
