"""The paper of an office of many townships, planned by parts: four numbers, townships side by side, money, proof."""
