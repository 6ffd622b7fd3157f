import { openBackend } from '#backend';
import { mount } from 'svelte';
import Reveal from './Reveal.svelte';
import './styles/base.css';

const target = document.getElementById('app');
if (target) mount(Reveal, { target, props: { backend: await openBackend() } });
