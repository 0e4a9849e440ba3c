"""FizzBuzz learned by a small network, every step printed: numbers in, weights, sum, softmax, error, step, layers.

Run it with `python examples/fizzbuzz.py`; it also draws both learning curves into fizzbuzz.svg, in the folder where
it was called. examples/README.md tells what its lines mean.
"""

import altair as alt
import torch
from torch import Tensor, nn

torch.manual_seed(3)
torch.set_default_dtype(torch.float64)
NUMBERS = range(1, 16)  # 16 has the remainders of 1, 17 those of 2: there are no more than these 15 inputs
NAMES, WORDS = ["number", "Fizz", "Buzz", "FizzBuzz"], ["not one word", "one word"]
RATE, STEPS, HIDDEN = 1.0, 500, 8


def remainders(number: int) -> list[float]:
    """A number -> eight zeros and ones: which remainder by 3 it has, then which remainder by 5."""
    return [float(number % 3 == r) for r in range(3)] + [float(number % 5 == r) for r in range(5)]


def wanted(classes: list[int]) -> Tensor:
    """Classes (n) -> the probabilities wanted (n, classes): 1 for the right one, else 0."""
    return torch.eye(max(classes) + 1)[classes]


def probabilities(x: Tensor, weights: list[Tensor]) -> Tensor:
    """Inputs (n, 8) -> probabilities (n, classes); weights: one layer [W, b] or two [V, a, W, b], ReLU between."""
    for weight, bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        x = torch.relu(x @ weight + bias)  # below 0 becomes 0
    return torch.softmax(x @ weights[-2] + weights[-1], 1)


def squared_error(found: Tensor, right: Tensor) -> Tensor:
    """Probabilities found and wanted -> the squared differences of a number, added up; their mean over numbers."""
    return ((found - right) ** 2).sum(1).mean()


def layer(inputs: int, outputs: int) -> list[Tensor]:
    """A layer's weights, small and by chance, and its biases, which begin at 0."""
    start = [torch.randn(inputs, outputs) / 2, torch.zeros(outputs)]
    return [each.requires_grad_() for each in start]


def step(x: Tensor, right: Tensor, weights: list[Tensor]) -> float:
    """Move every weight a little to where the error falls; gives the error before the step."""
    error = squared_error(probabilities(x, weights), right)
    with torch.no_grad():
        for weight, slope in zip(weights, torch.autograd.grad(error, weights), strict=True):
            weight -= RATE * slope
    return error.item()


def learn_with_torch(x: Tensor, right: Tensor, start: list[Tensor]) -> list[float]:
    """The same as STEPS times `step` from these weights, written with torch.nn: the error before each step."""
    layers = [nn.Linear(*weight.shape) for weight in start[::2]]
    model = layers[0] if len(layers) == 1 else nn.Sequential(layers[0], nn.ReLU(), layers[1])
    for part, weight, bias in zip(layers, start[::2], start[1::2], strict=True):
        part.weight.data, part.bias.data = weight.detach().T.clone(), bias.detach().clone()
    optimizer, errors = torch.optim.SGD(model.parameters(), lr=RATE), []
    for _ in range(STEPS):
        error = nn.functional.mse_loss(model(x).softmax(1), right) * right.shape[1]  # its mean is over all outputs
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors


def row(values: Tensor) -> str:
    """Numbers with two decimals in columns."""
    return " ".join(f"{value:6.2f}" for value in values.tolist())


def show_one_number(x: Tensor, right: Tensor, weights: list[Tensor]) -> None:
    """What one layer makes of the number 9, every step of it, and what one step of learning changes."""
    print(f"1. numbers in:  9 % 3 = 0 and 9 % 5 = 4, so 9 is {[int(value) for value in x[8]]}")
    print("2. weights, one column a remainder: 0 1 2 by 3, 0 1 2 3 4 by 5")
    for name, column in zip(NAMES, weights[0].T, strict=True):
        print(f"   {name:8} {row(column)}")
    print("3. weighted sum of 9: its weight at `0 by 3` plus its weight at `4 by 5` (biases begin at 0)")
    print("4. softmax: the sums as probabilities")
    for name, total, chance in zip(NAMES, x[8] @ weights[0], probabilities(x, weights)[8], strict=True):
        print(f"   {name:8} {total:6.2f} {chance:6.2f}")
    print(f"5. squared error of 9, which is Fizz: {squared_error(probabilities(x[8:9], weights), right[8:9]):.3f}")
    before, after = step(x, right, weights), squared_error(probabilities(x, weights), right)
    print(f"6. one step: the mean error of 1 to 15 falls from {before:.3f} to {after:.3f}")


def learn(title: str, x: Tensor, classes: list[int], weights: list[Tensor]) -> list[float]:
    """Learn by hand, then with torch.nn from the same start; print how the error falls and what is right."""
    right, start = wanted(classes), [each.detach().clone() for each in weights]
    errors = [step(x, right, weights) for _ in range(STEPS)]
    named = probabilities(x, weights).argmax(1).tolist()
    wrong = [number for number, found, class_ in zip(NUMBERS, named, classes, strict=True) if found != class_]
    falls = ", ".join(f"{errors[at]:.3f}" for at in (0, 10, 100, STEPS - 1))
    print(f"{title}: error {falls}; right {len(named) - len(wrong)} of {len(named)}, wrong {wrong}")
    same = torch.allclose(torch.tensor(errors), torch.tensor(learn_with_torch(x, right, start)))
    print(f"   torch.nn from the same weights: {'the same errors' if same else 'OTHER ERRORS'}")
    return errors


def main() -> None:
    """Print every step, learn four names and the exclusive or, draw the curves of the latter."""
    x = torch.tensor([remainders(number) for number in NUMBERS])  # (15, 8)
    names = [(number % 3 == 0) + 2 * (number % 5 == 0) for number in NUMBERS]
    one_word = [int(name in {1, 2}) for name in names]  # Fizz or Buzz, not both: the exclusive or
    weights = layer(8, 4)
    show_one_number(x, wanted(names), weights)
    print(f"\nError before step 1, 11, 101 and {STEPS}:")
    learn("7. four names, one layer", x, names, weights)
    one = learn("8. one word or not, one layer", x, one_word, layer(8, 2))
    two = learn("9. one word or not, a hidden layer", x, one_word, layer(8, HIDDEN) + layer(HIDDEN, 2))
    curves = {"one layer": one, "a hidden layer": two}
    points = [
        {"step": at, "error": e, "net": net} for net, es in curves.items() for at, e in enumerate(es, start=1)
    ]
    chart = alt.Chart(alt.Data(values=points)).mark_line()
    chart.encode(x="step:Q", y="error:Q", color="net:N").properties(width=420, height=220).save("fizzbuzz.svg")
    print("\nBoth learning curves: fizzbuzz.svg")


if __name__ == "__main__":
    main()
