"""The room `synth`."""
