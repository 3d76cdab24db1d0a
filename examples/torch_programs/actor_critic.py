"""Advantage actor-critic that learns to balance a pole on a cart.

    python actor_critic.py

With PyTorch or, as `python -m seedgrad.torch actor_critic.py …`, without it.

Source: the cart and the pole, and when an episode ends, are those of Barto, Sutton and Anderson, "Neuronlike adaptive
elements that can solve difficult learning control problems", 1983, with the equations of motion of Florian, "Correct
equations for the dynamics of the cart-pole system", 2007, without friction (equations 23 and 24).
"""

import argparse
import math
from collections import namedtuple
from itertools import count

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.distributions import Categorical


class CartPole:
    """A pole of one metre on a cart that is pushed to the left or right 50 times a second.

    The observation is the cart's position (m) and speed, the pole's angle (rad, 0 is upright) and angular speed. Each
    step gives a reward of 1, until the cart is 2.4 m from the middle, the pole leans by 12 degrees, or 200 steps are over.
    """

    GRAVITY, MASS_CART, MASS_POLE, HALF_LENGTH, FORCE, SECONDS = 9.8, 1.0, 0.1, 0.5, 10.0, 0.02
    MAX_STEPS = 200

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.state, self.steps = np.zeros(4), 0

    def reset(self):
        self.state, self.steps = self.random.uniform(-0.05, 0.05, 4), 0
        return self.state.astype(np.float32), {}

    def step(self, action):
        _, v, angle, spin = self.state
        force = self.FORCE if action == 1 else -self.FORCE
        total, sin, cos = self.MASS_CART + self.MASS_POLE, math.sin(angle), math.cos(angle)
        moment = self.MASS_POLE * self.HALF_LENGTH
        push = (force + moment * spin**2 * sin) / total
        spin_change = (self.GRAVITY * sin - cos * push) / (
            self.HALF_LENGTH * (4.0 / 3.0 - self.MASS_POLE * cos**2 / total)
        )
        v_change = push - moment * spin_change * cos / total
        rates = np.array([v, v_change, spin, spin_change])
        self.state = self.state + self.SECONDS * rates
        self.steps += 1
        terminated = bool(abs(self.state[0]) > 2.4 or abs(self.state[2]) > math.radians(12))
        return self.state.astype(np.float32), 1.0, terminated, self.steps >= self.MAX_STEPS, {}


SavedAction = namedtuple("SavedAction", ["log_prob", "value"])


class Policy(nn.Module):
    """Actor and critic in one network."""

    def __init__(self):
        super().__init__()
        self.affine1 = nn.Linear(4, 128)
        self.action_head = nn.Linear(128, 2)  # the actor
        self.value_head = nn.Linear(128, 1)  # the critic
        self.saved_actions = []
        self.rewards = []

    def forward(self, x):
        x = F.relu(self.affine1(x))
        return F.softmax(self.action_head(x), dim=-1), self.value_head(x)


def select_action(model, state):
    state = torch.from_numpy(state).float()
    probs, state_value = model(state)
    m = Categorical(probs)
    action = m.sample()
    model.saved_actions.append(SavedAction(m.log_prob(action), state_value))
    return action.item()


def finish_episode(model, optimizer, gamma, eps):
    """The returns from each step on, and one step of both networks."""
    R = 0
    policy_losses, value_losses, returns = [], [], []
    for r in model.rewards[::-1]:
        R = r + gamma * R
        returns.insert(0, R)
    returns = torch.tensor(returns)
    returns = (returns - returns.mean()) / (returns.std() + eps)
    for (log_prob, value), R in zip(model.saved_actions, returns, strict=True):
        advantage = R - value.item()
        policy_losses.append(-log_prob * advantage)
        value_losses.append(F.smooth_l1_loss(value, torch.tensor([R])))
    optimizer.zero_grad()
    loss = torch.stack(policy_losses).sum() + torch.stack(value_losses).sum()
    loss.backward()
    optimizer.step()
    del model.rewards[:]
    del model.saved_actions[:]


def main():
    parser = argparse.ArgumentParser(description="Learn to balance a pole by actor-critic.")
    parser.add_argument("--gamma", type=float, default=0.99, help="discount of later rewards")
    parser.add_argument("--lr", type=float, default=1e-2)
    parser.add_argument("--seed", type=int, default=543)
    parser.add_argument("--log-interval", type=int, default=10)
    parser.add_argument("--threshold", type=float, default=195.0, help="solved above this running mean")
    parser.add_argument("--max-episodes", type=int, default=1000)
    parser.add_argument("--save", default="policy.pt")
    args = parser.parse_args()
    env = CartPole(args.seed)
    torch.manual_seed(args.seed)
    model = Policy()
    optimizer = optim.Adam(model.parameters(), lr=args.lr)
    eps = np.finfo(np.float32).eps.item()
    running_reward = 10

    for i_episode in count(1):
        state, _ = env.reset()
        ep_reward = 0
        for _ in range(1, 10000):  # no endless loop while learning
            action = select_action(model, state)
            state, reward, terminated, truncated, _ = env.step(action)
            model.rewards.append(reward)
            ep_reward += reward
            if terminated or truncated:
                break
        running_reward = 0.05 * ep_reward + (1 - 0.05) * running_reward
        finish_episode(model, optimizer, args.gamma, eps)
        if i_episode % args.log_interval == 0:
            print(f"Episode {i_episode}\tLast reward: {ep_reward:.2f}\tAverage reward: {running_reward:.2f}")
        solved = running_reward > args.threshold
        if solved:
            print(f"Solved in episode {i_episode}! Running reward is now {running_reward}")
        if solved or i_episode == args.max_episodes:
            break
    torch.save(model.state_dict(), args.save)

    with torch.no_grad():  # without chance: always the likelier action
        state, _ = env.reset()
        for t in count(1):
            probs, _ = model(torch.from_numpy(state))
            state, _, terminated, truncated, _ = env.step(int(probs.argmax()))
            if terminated or truncated:
                print(f"Greedy episode: {t} steps")
                break


if __name__ == "__main__":
    main()
