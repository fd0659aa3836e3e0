import DefaultTheme from 'vitepress/theme';
import Inspector from './Inspector.vue';
import './inspector.css';

/** @type {import('vitepress').Theme} */
export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('Inspector', Inspector);
  },
};
